"""The parts of `benchmarks.search`: the corpus, the engines side by side, and the page of the site."""
