"""Helm's releases: which there are, of the rows of Secrets; and what one of them holds, unpacked on demand."""
