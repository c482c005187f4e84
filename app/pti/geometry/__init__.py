"""Frames, rigid transforms, couch, patient position and imagers: the one transform chain.

Right-handed systems, millimetres, degrees at the border and radians inside. ``resources/help/frames.md`` draws them.
"""
