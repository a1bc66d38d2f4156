"""The layouts of tables, one file for each; ``registry`` lists them."""
