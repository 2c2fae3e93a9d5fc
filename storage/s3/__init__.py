"""Keeps artifacts in S3, or in a store that speaks its language. Importing what is inside takes most of a second."""
