/** What asks a person, and no more of its package: a bundle carries all of what is imported whole. */
export { confirm, isCancel, multiselect } from "@clack/prompts";
