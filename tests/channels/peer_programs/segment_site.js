// `node segment_site.js HOST PATH`: one visitor's story, told with @segment/analytics-node.
const { Analytics } = require("@segment/analytics-node");

const [host, path] = process.argv.slice(2);
const analytics = new Analytics({ writeKey: "wk-4711", host, path, maxRetries: 3 });
let failed;
analytics.on("error", (error) => (failed = error));

const [userId, anonymousId] = ["u1", "visitor-1"];
analytics.page({ anonymousId, category: "Help", name: "Returns", properties: { url: "https://shop.example/r" } });
analytics.identify({ userId, anonymousId, traits: { name: "Anna Berg", email: "anna@example.de" } });
analytics.track({ userId, event: "Order Completed", properties: { order_id: "A-1" } });
analytics.screen({ userId, name: "Chat" });
analytics.group({ userId, groupId: "brand-a", traits: { name: "Brand A" } });
analytics.alias({ userId, previousId: anonymousId });
analytics.closeAndFlush().then(() => {
  if (failed) {
    console.error(failed);
    process.exit(1);
  }
});
