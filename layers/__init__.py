"""Drawing: answers of the domain in, figure parts and words out."""
