"""What Reelway is made of: the bill of materials, and which of it is known to be vulnerable.

Everything is read from the locks, from the checksums of the layers, and from the wheel of PyAV.
"""
