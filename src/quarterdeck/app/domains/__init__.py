"""The named views over kinds, asked: each keeps the kinds that it is made of current while somebody looks."""
