"""What shop systems say of their products, one product at a time: their JSON read, and applied to the store."""
