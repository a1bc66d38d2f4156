"""Two rankings compared on shoppers who agreed to be measured: assigned, interleaved, and tested while it runs."""
