"""What tells of persons in a text: identifiers, and names that are announced as such."""
