"""What the speed suite is made of."""
