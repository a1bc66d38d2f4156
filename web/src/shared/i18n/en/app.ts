export const app = {
  offline: "You are offline. What you have seen stays here. Searching needs the connection.",
  newVersion: "There is a new version.",
  reload: "Reload",
  photo: {
    title: "Search with a photo",
    lost: "The photo did not arrive. Choose it here.",
  },
};
