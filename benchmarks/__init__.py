"""What is measured: `make bench NAME=…`. The last line of each is one JSON object."""
