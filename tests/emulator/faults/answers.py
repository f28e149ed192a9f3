"""What moto cannot do is a 500, which every client tries again for minutes: answer 400 at once."""

import json
import traceback
from xml.sax.saxutils import escape

from moto.core.responses import BaseResponse
from werkzeug.exceptions import HTTPException


def cbor_text(text):
    """A CBOR text string of up to 65,535 bytes."""
    data = text.encode()
    size = len(data)
    if size < 24:
        head = bytes([0x60 | size])
    elif size < 256:
        head = bytes([0x78, size])
    else:
        head = bytes([0x79, size >> 8, size & 255])
    return head + data


def refusal(service, headers, code, message):
    """Content type and body of an error in the protocol that the client speaks."""
    spoken = f"{headers.get('smithy-protocol', '')} {headers.get('content-type', '')}"
    if "cbor" in spoken:
        body = b"\xa2" + cbor_text("__type") + cbor_text(code) + cbor_text("message") + cbor_text(message)
        return {"content-type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}, body
    if "json" in spoken:
        head = {"content-type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
        return head, json.dumps({"__type": code, "message": message})
    error = f"<Code>{code}</Code><Message>{escape(message)}</Message>"
    if "ec2" in service:
        body = f"<Response><Errors><Error>{error}</Error></Errors><RequestID>0</RequestID></Response>"
    elif service == "s3":
        body = f"<Error>{error}</Error>"
    else:
        body = f"<ErrorResponse><Error><Type>Sender</Type>{error}</Error><RequestId>0</RequestId></ErrorResponse>"
    return {"content-type": "text/xml"}, body


def mend():
    moto_call = BaseResponse.call_action

    def call_action(self):
        try:
            return moto_call(self)
        except HTTPException:
            raise
        except Exception as error:
            traceback.print_exc()
            code = "EmulatorCannot" if isinstance(error, NotImplementedError) else "EmulatorFault"
            headers = {key.lower(): value for key, value in dict(self.headers or {}).items()}
            message = f"{type(error).__name__}: {error}"[:500]
            head, body = refusal(str(getattr(self, "service_name", "")), headers, code, message)
            return 400, {**head, "status": 400}, body

    BaseResponse.call_action = call_action
