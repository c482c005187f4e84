"""What can go wrong on the network, in words for the person at the console."""

from pti.foundation.errors import PtiError


class NetworkError(PtiError):
    """Any failure of the DICOM network."""

    code, title = "PTI-NET-00", "The DICOM network failed"
    remedy = "Try again; if it fails again, call the service engineer."


class PeerUnreachable(NetworkError):
    """No connection to the peer's port."""

    code, title = "PTI-NET-01", "The DICOM peer cannot be reached"
    remedy = "Check that the peer is running and the network cable is plugged in, and that its address and port are right."


class AssociationRejected(NetworkError):
    """The peer answered, and does not want to talk with us."""

    code, title = "PTI-NET-02", "The DICOM peer refused the connection"
    remedy = "Ask the service engineer to compare the AE titles and addresses on both sides."


class AssociationAborted(NetworkError):
    """The peer or the network ended the association in the middle."""

    code, title = "PTI-NET-03", "The connection to the DICOM peer was lost"
    remedy = "Nothing is lost. Check that the peer is running and the network is up, then try again."


class DimseTimeout(NetworkError):
    """The peer did not answer in time."""

    code, title = "PTI-NET-04", "The DICOM peer does not answer"
    remedy = "Nothing is lost. The peer may be overloaded: wait a moment and try again."


class MoveFailed(NetworkError):
    """Not everything that was asked for arrived."""

    code, title = "PTI-NET-05", "Not all objects could be loaded"
    remedy = "Try again. If it fails again, check in the treatment management system that the objects are there."


class StoreFailed(NetworkError):
    """The peer did not take an object."""

    code, title = "PTI-NET-06", "The objects could not be saved"
    remedy = "The objects are kept here and can be sent again. Tell the service engineer what the peer answered."


class ReceiverCannotStart(NetworkError):
    """The local port cannot be opened."""

    code, title = "PTI-NET-07", "Images cannot be received"
    remedy = "Another program uses the port, perhaps this one started twice. Close it, or have the port changed."


class QueryFailed(NetworkError):
    """The peer could not search."""

    code, title = "PTI-NET-08", "The search failed"
    remedy = "Try again; if it fails again, open the plan from the treatment management system."


class ServiceNotOffered(NetworkError):
    """The peer accepted the association without the service that is needed."""

    code, title = "PTI-NET-09", "The DICOM peer does not offer this service"
    remedy = "Ask the service engineer whether the right peer is configured."


class CannotEncode(NetworkError):
    """An object that cannot be written in the transfer syntax that the peer chose."""

    code, title = "PTI-NET-10", "The object cannot be sent in the form that the peer wants"
    remedy = "Have the peer configured to accept Implicit or Explicit VR Little Endian."
