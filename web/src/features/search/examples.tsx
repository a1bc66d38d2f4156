/** Photos to try the search with, for those who have none at hand. */
export function Examples() {
  return null;
}
