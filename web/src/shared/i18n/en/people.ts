export const people = {
  save: "Save",
  saved: "Saved",
  saveOf: (title: string) => `Save: ${title}`,
  hide: "Not my style",
  hideOf: (title: string) => `Not my style: ${title}`,
  hidden: "You will not see this again.",
  undo: "Undo",
  why: {
    "like-your-clicks": (titles: string) => `Because you chose: ${titles}`,
    "liked-by-others": (titles: string) => `People who like ${titles} like this`,
    "less-like-hidden": (titles: string) => `Further down, because you hid: ${titles}`,
    popular: "Many people choose this",
  },
  failed: "That could not be stored. Try again.",
};
