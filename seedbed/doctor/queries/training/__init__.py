"""Questions about models, what trains them and what scores them."""
