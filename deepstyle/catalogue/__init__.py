"""What is sold: items, outfits, their readers, and the only decode and resize of images."""
