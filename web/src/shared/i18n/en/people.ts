export const people = {
  save: "Save",
  saved: "Saved",
  saveOf: (title: string) => `Save: ${title}`,
  hide: "Not my style",
  hideOf: (title: string) => `Not my style: ${title}`,
  hidden: "You will not see this again.",
  undo: "Undo",
  failed: "That could not be stored. Try again.",
};
