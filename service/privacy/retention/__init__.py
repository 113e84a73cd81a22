"""What goes after its time: the periods, the run over all customers, and what a run would take."""
