"""Access: database roles, functions, policies and grants, and the lint that compares a catalog with them."""
