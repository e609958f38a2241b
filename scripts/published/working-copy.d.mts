export function copyWorkingTree(copy: string): Promise<void>;
export function publishAll(
  copy: string,
  environment: Record<string, string>,
  packFolder: string,
): Promise<void>;
