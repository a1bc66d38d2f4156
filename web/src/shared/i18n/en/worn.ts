export const worn = {
  pageTitle: "Shop the look",
  intro: "Each garment in your photo, with what comes nearest in this shop, and one of each in a cart.",
  toSearch: "To search",
  budget: "Budget for all",
  budgetIn: (currency: string) => `Budget for all, ${currency}`,
  noBudget: "No limit",
  applyBudget: "Apply",
  cart: "The look",
  total: "Together",
  nothingLike: "This shop has nothing of this kind.",
  noGoodMatch: "Nothing here is very similar. These come nearest.",
  noneInStock: "Nothing of this kind is in stock.",
  overBudget: "Not within this budget.",
  none: {
    title: "No garments found",
    text: "Choose a photo in which somebody wears the look, from head to toe if you can.",
  },
};
