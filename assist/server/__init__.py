"""What people see: pages, feeds and health, over one port."""
