"""What the vendor's conformance statement says of the objects it creates (appendix B), typed from its tables.

``appendix_b.csv`` has a line for each attribute: ``>`` marks the depth in sequences as in the statement, `handling` is its
last column, `values` are those that it lets through (``|`` between them), `only_in` the objects to which the line is limited.
Words cut in two at a line's end are joined (reading 3), and the Contour Image Sequence of a contour stands one level up, in
the Contour Sequence.
"""
