// Opens the snapshot that a till keeps for an outage, finds customers in it and rounds money, in plain Java 17.
// `java Snapshot.java vector.json` checks all of it against the vector.

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public class Snapshot {
  static class NotGenuine extends Exception {}

  static class Expired extends Exception {}

  private static final Pattern AFTER_LETTERS = Pattern.compile("((?:^|:)\\p{L}+)[-./]+(?=\\d)");

  private final String key;
  final Map<String, Object> claims;

  /** A snapshot that was signed for the till with this API key (RFC 7515, HS256) and holds at `now`, in Unix seconds. */
  Snapshot(String jws, String key, long now) throws NotGenuine, Expired {
    this.key = key;
    String[] parts = jws.split("\\.", -1);
    byte[] expected = hmac(derived(key, "askonce offline signature"), parts[0] + "." + parts[1]);
    if (!MessageDigest.isEqual(expected, bytesOf(parts[2]))) throw new NotGenuine();
    Map<String, Object> header = Json.object(textOf(parts[0]));
    if (!"HS256".equals(header.get("alg")) || !"askonce-offline+jwt".equals(header.get("typ"))) throw new NotGenuine();
    claims = Json.object(textOf(parts[1]));
    if (now < seconds("iat") - 300 || now >= seconds("exp")) throw new Expired();
  }

  /** The customer of this card, number or address as it is typed; null if the snapshot has none. */
  @SuppressWarnings("unchecked")
  Map<String, Object> find(String kind, String typed) {
    List<String> hashes = spellings(kind, typed).stream().map(value -> match(kind, value)).toList();
    for (Object customer : (List<Object>) claims.get("customers")) {
      Map<String, Object> one = (Map<String, Object>) customer;
      if (((List<Object>) one.get("match")).stream().anyMatch(hashes::contains)) return one;
    }
    return null;
  }

  /** The hash that stands in `match`: 16 bytes in Base64 for URLs, without padding. */
  String match(String kind, String value) {
    byte[] digest = hmac(identityKey(), kind + ":" + value);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(digest, 16));
  }

  byte[] identityKey() {
    return derived(key, "askonce offline identities " + claims.get("salt"));
  }

  /** A key for one purpose, out of the till's API key: 32 raw bytes, which are used as they are. */
  static byte[] derived(String key, String purpose) {
    return hmac(key.getBytes(StandardCharsets.UTF_8), purpose);
  }

  static byte[] hmac(byte[] key, String message) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(message.getBytes(StandardCharsets.UTF_8));
    } catch (GeneralSecurityException error) {
      throw new IllegalStateException(error); // every Java has it
    }
  }

  /** What is hashed for what was typed; of a telephone number without its country there may be two. */
  List<String> spellings(String kind, String typed) {
    String text = Normalizer.normalize(typed, Normalizer.Form.NFKC).strip();
    return switch (kind) {
      case "email" -> List.of(text.toLowerCase(Locale.ROOT));
      case "phone" -> phones(text);
      case "loyalty_card", "customer_number" -> List.of(number(text));
      default -> throw new IllegalArgumentException("No till is told a " + kind);
    };
  }

  private List<String> phones(String text) {
    String digits = text.replace("(0)", "").replaceAll("[^0-9+]", "");
    String abroad = (String) claims.get("international_prefix");
    String country = (String) claims.get("calling_code");
    String trunk = (String) claims.get("trunk_prefix");
    if (digits.startsWith("+")) return List.of(digits);
    if (digits.startsWith(abroad)) return List.of("+" + digits.substring(abroad.length()));
    String atHome = "+" + country + (digits.startsWith(trunk) ? digits.substring(trunk.length()) : digits);
    return digits.startsWith(country) ? List.of(atHome, "+" + digits) : List.of(atHome);
  }

  private static String number(String text) {
    String bare = text.replaceAll("\\s+", "").replaceAll("^[-./]+|[-./]+$", "");
    return AFTER_LETTERS.matcher(bare).replaceAll("$1").toUpperCase(Locale.ROOT);
  }

  private long seconds(String claim) {
    return ((BigDecimal) claims.get(claim)).longValueExact();
  }

  private static byte[] bytesOf(String base64url) {
    return Base64.getUrlDecoder().decode(base64url);
  }

  private static String textOf(String base64url) {
    return new String(bytesOf(base64url), StandardCharsets.UTF_8);
  }

  public static void main(String[] arguments) throws Exception {
    Check.vector(Json.object(Files.readString(Path.of(arguments[0]))));
  }
}

/** What a condition is worth at the till: each amount is rounded once, half up, where it is printed. */
class Money {
  private static final Map<String, Integer> OTHER_DECIMALS = Map.of("JPY", 0, "KRW", 0, "KWD", 3, "BHD", 3, "TND", 3);

  static BigDecimal rounded(BigDecimal amount, String currency) {
    return amount.setScale(OTHER_DECIMALS.getOrDefault(currency, 2), RoundingMode.HALF_UP);
  }

  static BigDecimal total(List<Map<String, Object>> lines, BigDecimal unitPrice, String currency) {
    BigDecimal sum = BigDecimal.ZERO;
    for (Map<String, Object> line : lines) {
      BigDecimal price = unitPrice != null ? unitPrice : (BigDecimal) line.get("unit_price");
      sum = sum.add(rounded(((BigDecimal) line.get("qty")).multiply(price), currency));
    }
    return sum;
  }

  static BigDecimal worth(String kind, Map<String, Object> terms, List<Map<String, Object>> covered, String currency) {
    BigDecimal price = total(covered, null, currency);
    BigDecimal percent = (BigDecimal) terms.get("percent");
    BigDecimal amount = (BigDecimal) terms.getOrDefault("amount", BigDecimal.ZERO);
    BigDecimal off =
        percent != null ? rounded(price.multiply(percent).movePointLeft(2), currency)
            : kind.equals("price") ? price.subtract(total(covered, amount, currency)) : rounded(amount, currency);
    return rounded(off.min(price).max(BigDecimal.ZERO), currency);
  }
}

/** Compares all of this with the vector, and prints each step. */
class Check {
  private static int done;

  @SuppressWarnings("unchecked")
  static void vector(Map<String, Object> vector) throws Exception {
    String key = (String) vector.get("key");
    String jws = (String) vector.get("snapshot");
    Map<String, Object> steps = (Map<String, Object>) vector.get("steps");
    Snapshot snapshot = new Snapshot(jws, key, ((BigDecimal) vector.get("now")).longValue());
    byte[] signatureKey = Snapshot.derived(key, "askonce offline signature");
    String[] identity = ((String) steps.get("identity")).split(":", 2);
    step(steps, "signature_key_hex", hex(signatureKey));
    step(steps, "signature_hex", hex(Snapshot.hmac(signatureKey, jws.substring(0, jws.lastIndexOf('.')))));
    step(steps, "salt", snapshot.claims.get("salt"));
    step(steps, "identity_key_hex", hex(snapshot.identityKey()));
    step(steps, "identity_hmac_hex", hex(Snapshot.hmac(snapshot.identityKey(), (String) steps.get("identity"))));
    step(steps, "match", snapshot.match(identity[0], identity[1]));
    for (Map<String, Object> one : (List<Map<String, Object>>) vector.get("lookups")) {
      Map<String, Object> customer = snapshot.find((String) one.get("kind"), (String) one.get("typed"));
      same("look-up of " + one.get("typed"), one.get("display"), customer == null ? null : customer.get("display"));
    }
    for (Map<String, Object> one : (List<Map<String, Object>>) vector.get("refused")) {
      same("refused: " + one.get("why"), one.get("as"), refusal(one, key));
    }
    for (Map<String, Object> one : (List<Map<String, Object>>) vector.get("money")) {
      List<Map<String, Object>> covered = (List<Map<String, Object>>) one.get("covered");
      Map<String, Object> terms = (Map<String, Object>) one.get("terms");
      BigDecimal worth = Money.worth((String) one.get("kind"), terms, covered, (String) one.get("currency"));
      same("money: " + one.get("case"), one.get("worth"), worth.toPlainString());
    }
    System.out.println(done + " checks hold");
  }

  private static String refusal(Map<String, Object> one, String key) {
    try {
      new Snapshot((String) one.get("snapshot"), key, ((BigDecimal) one.get("now")).longValue());
      return "believed";
    } catch (Snapshot.NotGenuine | Snapshot.Expired error) {
      return error.getClass().getSimpleName();
    }
  }

  private static void step(Map<String, Object> steps, String name, Object real) {
    same(name, steps.get(name), real);
  }

  private static void same(String what, Object expected, Object real) {
    if (!Objects.equals(expected, real)) throw new AssertionError(what + " is " + real + ", not " + expected);
    System.out.println(what + " = " + real);
    done++;
  }

  private static String hex(byte[] bytes) {
    return String.format("%064x", new BigInteger(1, bytes));
  }
}

/** Reads JSON with exact numbers; a till has a library for that: let it read numbers as BigDecimal. */
class Json {
  private final String text;
  private int at;

  private Json(String text) {
    this.text = text;
  }

  @SuppressWarnings("unchecked")
  static Map<String, Object> object(String text) {
    return (Map<String, Object>) new Json(text).value();
  }

  private Object value() {
    switch (next()) {
      case '{':
        Map<String, Object> object = new LinkedHashMap<>();
        at++;
        while (more('}')) {
          String name = (String) value();
          at = text.indexOf(':', at) + 1;
          object.put(name, value());
        }
        return object;
      case '[':
        List<Object> list = new ArrayList<>();
        at++;
        while (more(']')) list.add(value());
        return list;
      case '"':
        return string();
      default:
        int start = at;
        while (at < text.length() && ",]} \n\r\t".indexOf(text.charAt(at)) < 0) at++;
        String word = text.substring(start, at);
        if (word.equals("null")) return null;
        return word.equals("true") || word.equals("false") ? Boolean.valueOf(word) : (Object) new BigDecimal(word);
    }
  }

  /** Whether another member comes; the comma before it, or the end, is passed over. */
  private boolean more(char end) {
    if (next() == ',') at++;
    if (next() != end) return true;
    at++;
    return false;
  }

  private char next() {
    while (Character.isWhitespace(text.charAt(at))) at++;
    return text.charAt(at);
  }

  private String string() {
    StringBuilder read = new StringBuilder();
    for (at++; text.charAt(at) != '"'; at++) {
      char character = text.charAt(at);
      if (character != '\\') {
        read.append(character);
      } else if (text.charAt(++at) == 'u') {
        read.append((char) Integer.parseInt(text.substring(at + 1, at + 5), 16));
        at += 4;
      } else {
        int escape = "bfnrt".indexOf(text.charAt(at));
        read.append(escape < 0 ? text.charAt(at) : "\b\f\n\r\t".charAt(escape));
      }
    }
    at++;
    return read.toString();
  }
}
