"""`python segment_site.py LIBRARY HOST`: one visitor's story, told with the Python SDK of Segment or RudderStack."""

import importlib
import sys

library, host = sys.argv[1:]
analytics = importlib.import_module(library)
failed = []
analytics.write_key = "wk-4711"
analytics.host = analytics.dataPlaneUrl = host
analytics.gzip = True
analytics.on_error = lambda error, items: failed.append(error)

analytics.page(anonymous_id="visitor-1", category="Help", name="Returns", properties={"url": "https://shop.example/r"})
analytics.identify("u1", {"name": "Anna Berg", "email": "anna@example.de"}, anonymous_id="visitor-1")
analytics.track("u1", "Order Completed", {"order_id": "A-1"})
analytics.screen("u1", name="Chat")
analytics.group("u1", "brand-a", {"name": "Brand A"})
analytics.alias("visitor-1", "u1")
analytics.flush()
analytics.shutdown()
sys.exit(f"{failed[0]}" if failed else 0)
