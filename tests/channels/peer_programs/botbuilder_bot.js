// `node botbuilder_bot.js SECRET`: a bot that hands off whoever asks for a person. It shows the secret to whom it
// answers, prints its port first, and then every status that it hears.
const http = require("http");
const {
  CloudAdapter,
  ConfigurationBotFrameworkAuthentication,
  EventFactory,
  MemoryTranscriptStore,
  TranscriptLoggerMiddleware,
} = require("botbuilder");

const secret = process.argv[2];
const credentials = {
  isValidAppId: async () => true,
  isAuthenticationDisabled: async () => true,
  createCredentials: async () => ({
    signRequest: async (request) => (request.headers.set("authorization", `Bearer ${secret}`), request),
  }),
};
const adapter = new CloudAdapter(new ConfigurationBotFrameworkAuthentication({}, credentials));
const store = new MemoryTranscriptStore();
adapter.use(new TranscriptLoggerMiddleware(store));

async function talk(context) {
  const { type, name, text, value, channelId, conversation } = context.activity;
  if (type === "event" && name === "handoff.status") {
    console.log(JSON.stringify(value));
  } else if (type === "message" && text.includes("person")) {
    const { items } = await store.getTranscriptActivities(channelId, conversation.id);
    const transcript = { activities: [...items, context.activity] }; // this turn is logged when it is over
    const known = { Skill: "parcels", order_number: "A-1" };
    await context.sendActivity(EventFactory.createHandoffInitiation(context, known, transcript));
  } else if (type === "message") {
    await context.sendActivity("What is your order number?");
  }
}

const server = http.createServer(async (request, response) => {
  let body = "";
  for await (const chunk of request) body += chunk;
  request.body = JSON.parse(body);
  response.status = (code) => (response.statusCode = code);
  response.header = (name, value) => response.setHeader(name, value);
  response.send = (text) => response.write(typeof text === "string" ? text : JSON.stringify(text));
  await adapter.process(request, response, talk);
});
server.listen(0, "127.0.0.1", () => console.log(server.address().port));
