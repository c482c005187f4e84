"""DICOM objects, one module per IOD, reading and writing together.

Importing the package registers the private blocks and leaves judging values to ``pti.dicom.checks``.
"""

import logging
import warnings

import pydicom.config

from pti.dicom.private import register_private_blocks

register_private_blocks()
# pydicom would only warn, one value at a time and on stderr, and some of its warnings quote the patient's data; the readers
# here collect all complaints of an object.
pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
warnings.filterwarnings("ignore", module=r"pydicom\.")
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
