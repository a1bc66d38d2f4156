export const demoShop = {
  title: "Here your shop's product page opens",
  text: "This page stands in for it, because the demo belongs to no shop. Nothing is for sale here. In your shop, “Buy” leads to the address that your catalogue gives for the product.",
  back: "Back to the product",
};
