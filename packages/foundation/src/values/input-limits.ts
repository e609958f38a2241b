/** Characters of a model's name, an instance's, a category's and the like. */
export const MAX_NAME_LENGTH = 256;
/** Characters of a path, an address, an id. */
export const MAX_LINE_LENGTH = 4_096;
/** Characters of a prompt, a document, a message. */
export const MAX_TEXT_LENGTH = 4 * 1024 * 1024;
/** Entries of a list that has no smaller limit of its own. */
export const MAX_LIST_LENGTH = 1_000;
