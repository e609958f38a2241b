export const route = "above the client";
