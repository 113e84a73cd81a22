// A till as a company might build it, in another language and with nothing but docs/channels/store.md at hand.

import { createHmac, timingSafeEqual } from "node:crypto";
import { appendFileSync, existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SAYABLE = ["loyalty_card", "phone", "customer_number", "email"];

export class Till {
  constructor({ url, key, folder, timeoutMs = 300, aheadMs = 0 }) {
    Object.assign(this, { url, key, timeoutMs, aheadMs });
    this.snapshotFile = join(folder, "snapshot.jws");
    this.queueFile = join(folder, "queue.jsonl");
    this.refusedFile = join(folder, "refused.jsonl");
  }

  // Whose card, number or address this is, and what she may have; from the snapshot while nobody answers.
  async lookUp(kind, value) {
    try {
      const found = await this.#ask("POST", "/v1/store/lookup", { identity: { kind, value } });
      return { from: "service", customer: found.customer, conditions: found.conditions };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      return this.#lookUpOffline(kind, value);
    }
  }

  byName(name) {
    return this.#ask("POST", "/v1/store/lookup", { name });
  }

  confirm(token, answer) {
    return this.#ask("POST", "/v1/store/confirm", { token, ...answer });
  }

  // Take the day's conditions along; what was taken before stays if this fails.
  async provide() {
    const { snapshot } = await this.#ask("GET", "/v1/store/offline");
    const claims = this.#open(snapshot);
    writeFileSync(this.snapshotFile + ".new", snapshot);
    renameSync(this.snapshotFile + ".new", this.snapshotFile);
    return claims.included;
  }

  redeem(condition, receipt, amount, currency) {
    const body = { receipt, amount, currency, redeemed_at: this.#now().toISOString() };
    return this.#sendOrQueue(`/v1/conditions/${condition}/redemptions`, body, { ...body, offline: true });
  }

  // A visit or a purchase, which is an interaction like any other.
  register(kind, receipt, identity, data) {
    const body = {
      source: "till-DE-042",
      source_event_id: receipt,
      occurred_at: this.#now().toISOString(),
      channel: "store",
      kind,
      direction: "inbound",
      identities: [identity],
      assurance: identity.kind === "loyalty_card" ? "possession" : "claimed",
      data,
    };
    return this.#sendOrQueue("/v1/interactions", body, body);
  }

  // Send what is queued, in order, and forget what was answered; what is refused is kept for a person to see.
  async deliver() {
    const answers = [];
    let left = this.#queued();
    while (left.length > 0) {
      const { path, body } = left[0];
      try {
        answers.push(await this.#ask("POST", path, body));
      } catch (error) {
        if (error instanceof Unreachable) break;
        appendFileSync(this.refusedFile, JSON.stringify({ path, body, problem: error.message }) + "\n");
      }
      left = left.slice(1);
      writeFileSync(this.queueFile + ".new", left.map((one) => JSON.stringify(one) + "\n").join(""));
      renameSync(this.queueFile + ".new", this.queueFile);
    }
    return { answers, left: left.length };
  }

  async #sendOrQueue(path, online, offline) {
    try {
      return { queued: false, ...(await this.#ask("POST", path, online)) };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      appendFileSync(this.queueFile, JSON.stringify({ path, body: offline }) + "\n", { flush: true });
      return { queued: true };
    }
  }

  #lookUpOffline(kind, value) {
    const claims = this.#open(readFileSync(this.snapshotFile, "utf8"));
    const seconds = this.#now() / 1000;
    if (seconds < claims.iat - 300 || seconds >= claims.exp) throw new Error("the snapshot has expired");
    const wanted = this.#hash(claims, kind, canonical(kind, value, claims.calling_code));
    const customer = claims.customers.find((one) => one.match.includes(wanted));
    if (!customer) throw new Error("nobody in the snapshot has this " + kind);
    const conditions = customer.conditions.filter((one) => this.#holdsNow(one)).map((one) => this.#withUsesLeft(one));
    return { from: "snapshot", customer: { display: customer.display }, conditions };
  }

  #holdsNow(condition) {
    const now = this.#now();
    return new Date(condition.valid_from) <= now && !(condition.valid_until && new Date(condition.valid_until) <= now);
  }

  // What this till has redeemed since is not in the snapshot yet.
  #withUsesLeft(condition) {
    if (condition.uses_left === null) return condition;
    const queued = this.#queued().filter((one) => one.path.includes(condition.id)).length;
    return { ...condition, uses_left: Math.max(0, condition.uses_left - queued) };
  }

  // The content of a snapshot that was signed for this till (RFC 7515, HS256).
  #open(snapshot) {
    const [header, payload, signature] = snapshot.split(".");
    const { alg, typ } = JSON.parse(Buffer.from(header, "base64url"));
    const expected = createHmac("sha256", this.#derived("askonce offline signature")).update(`${header}.${payload}`);
    const given = Buffer.from(signature, "base64url");
    const genuine = given.length === 32 && timingSafeEqual(expected.digest(), given);
    if (!genuine || alg !== "HS256" || typ !== "askonce-offline+jwt") throw new Error("the snapshot is not genuine");
    return JSON.parse(Buffer.from(payload, "base64url"));
  }

  #hash(claims, kind, value) {
    const key = this.#derived(`askonce offline identities ${claims.salt}`);
    return createHmac("sha256", key).update(`${kind}:${value}`).digest().subarray(0, 16).toString("base64url");
  }

  #derived(purpose) {
    return createHmac("sha256", this.key).update(purpose).digest();
  }

  #queued() {
    if (!existsSync(this.queueFile)) return [];
    return readFileSync(this.queueFile, "utf8").split("\n").filter(Boolean).map((line) => JSON.parse(line));
  }

  #now() {
    return new Date(Date.now() + this.aheadMs);
  }

  async #ask(method, path, body) {
    const answer = await this.#fetched(method, path, body);
    const content = await answer.json();
    if (answer.status >= 500) throw new Unreachable(content.title);
    if (!answer.ok) throw new Error(content.type);
    return content;
  }

  async #fetched(method, path, body) {
    try {
      return await fetch(this.url + path, {
        method,
        headers: { authorization: `Bearer ${this.key}`, "content-type": "application/json" },
        body: body && JSON.stringify(body),
        signal: AbortSignal.timeout(this.timeoutMs),
      });
    } catch (error) {
      throw new Unreachable(error.message);
    }
  }
}

class Unreachable extends Error {}

// The one spelling of what a cashier types or scans.
// Dots, slashes and hyphens count, except at the ends and after the letters in front.
function cardNumber(text) {
  const bare = text.replace(/\s+/g, "").replace(/\p{Pd}/gu, "-").replace(/^[-./]+|[-./]+$/g, "");
  return bare.replace(/((?:^|:)\p{L}+)[-./]+(?=\d)/gu, "$1").toUpperCase();
}

function canonical(kind, value, callingCode) {
  if (!SAYABLE.includes(kind)) throw new Error("no till is told a " + kind);
  const text = value.normalize("NFKC").trim();
  if (kind === "email") return text.toLowerCase();
  if (kind !== "phone") return cardNumber(text);
  const digits = text.replace(/[^\d+]/g, "").replace(/^00/, "+");
  if (digits.startsWith("+")) return digits;
  return digits.startsWith("0") ? `+${callingCode}${digits.slice(1)}` : `+${digits}`;
}
