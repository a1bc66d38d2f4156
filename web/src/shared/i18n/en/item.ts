import { number } from "./counting";

export const item = {
  pictures: "Pictures",
  picture: (at: number, count: number) => `Picture ${number(at)} of ${number(count)}`,
  buy: "Buy in the shop",
  buyNewTab: "opens in a new tab",
  description: "Description",
  notShown: "Item",
  inStock: "In stock",
  soldOut: "Sold out",
  zoom: {
    open: "Zoom the picture",
    title: "Picture",
    larger: "Larger",
    previous: "Previous picture",
    next: "Next picture",
  },
  share: {
    label: "Share",
    copied: "Link copied",
    failed: "The link could not be copied. Copy it from the address bar.",
  },
  wornIn: "Worn in looks",
  pieces: (count: string) => `${count} pieces`,
  itemNumber: "Item number",
  similar: "Similar items",
  goesWith: "Goes with this",
  nothingSimilar: "Nothing else in the catalogue looks similar.",
  nothingGoes: "We have no suggestions for this item yet.",
  buildOutfit: "Build an outfit",
  seeAllSimilar: "See all similar items",
  seeAllGoesWith: "See everything that goes with it",
};
