"""CPU time that maintenance takes for each row, without the network: what its scale model is made of."""
