"""An e-mail taken apart: headers, bodies, attachments, replies without their quotes."""
