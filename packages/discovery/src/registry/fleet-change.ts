/** Something that changed in the fleet; `instance` is a name. */
export type FleetChange =
  | {
      type: "instance-found" | "instance-gone" | "instance-up" | "instance-down" | "models-changed";
      instance: string;
    }
  | { type: "model-loaded" | "model-unloaded"; instance: string; model: string };

export type ChangeListener = (change: FleetChange) => void;
