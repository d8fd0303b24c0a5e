"""Our .pb files before Pabulib's own checker (`make pabulib`)."""
