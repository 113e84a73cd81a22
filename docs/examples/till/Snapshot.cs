// Opens the snapshot that a till keeps for an outage, finds customers in it and rounds money; .NET alone, from 4.7.2 on.
// `mcs Snapshot.cs && mono Snapshot.exe vector.json`, or a console project with this file: checks it against the vector.

using System;
using System.Collections.Generic;
using System.Globalization;
using System.IO;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

public class NotGenuine : Exception { }

public class Expired : Exception { }

public class Snapshot
{
    private readonly string key;
    public readonly Dictionary<string, object> Claims;

    /// A snapshot that was signed for the till with this API key (RFC 7515, HS256) and holds at `now`, in Unix seconds.
    public Snapshot(string jws, string key, long now)
    {
        this.key = key;
        var parts = jws.Split('.');
        var expected = Hmac(Derived(key, "askonce offline signature"), parts[0] + "." + parts[1]);
        if (!SameBytes(expected, BytesOf(parts[2]))) throw new NotGenuine();
        var header = Json.Object(TextOf(parts[0]));
        if (!"HS256".Equals(header["alg"]) || !"askonce-offline+jwt".Equals(header["typ"])) throw new NotGenuine();
        Claims = Json.Object(TextOf(parts[1]));
        if (now < (decimal)Claims["iat"] - 300 || now >= (decimal)Claims["exp"]) throw new Expired();
    }

    /// The customer of this card, number or address as it is typed; null if the snapshot has none.
    public Dictionary<string, object> Find(string kind, string typed)
    {
        var hashes = Spellings(kind, typed).Select(value => Match(kind, value)).ToList();
        return ((List<object>)Claims["customers"]).Cast<Dictionary<string, object>>()
            .FirstOrDefault(one => ((List<object>)one["match"]).Any(hash => hashes.Contains((string)hash)));
    }

    /// The hash that stands in `match`: 16 bytes in Base64 for URLs, without padding.
    public string Match(string kind, string value)
    {
        var digest = Hmac(IdentityKey(), kind + ":" + value);
        return Convert.ToBase64String(digest, 0, 16).TrimEnd('=').Replace('+', '-').Replace('/', '_');
    }

    public byte[] IdentityKey()
    {
        return Derived(key, "askonce offline identities " + Claims["salt"]);
    }

    /// A key for one purpose, out of the till's API key: 32 raw bytes, which are used as they are.
    public static byte[] Derived(string key, string purpose)
    {
        return Hmac(Encoding.UTF8.GetBytes(key), purpose);
    }

    public static byte[] Hmac(byte[] key, string message)
    {
        using (var hmac = new HMACSHA256(key)) return hmac.ComputeHash(Encoding.UTF8.GetBytes(message));
    }

    /// What is hashed for what was typed; of a telephone number without its country there may be two.
    public IList<string> Spellings(string kind, string typed)
    {
        var text = typed.Normalize(NormalizationForm.FormKC).Trim();
        if (kind == "email") return new[] { text.ToLowerInvariant() };
        if (kind == "phone") return Phones(text);
        if (kind == "loyalty_card" || kind == "customer_number") return new[] { Number(text) };
        throw new ArgumentException("No till is told a " + kind);
    }

    private IList<string> Phones(string text)
    {
        var digits = Regex.Replace(text.Replace("(0)", ""), "[^0-9+]", "");
        string abroad = (string)Claims["international_prefix"], country = (string)Claims["calling_code"];
        var trunk = (string)Claims["trunk_prefix"];
        if (digits.StartsWith("+", StringComparison.Ordinal)) return new[] { digits };
        if (digits.StartsWith(abroad, StringComparison.Ordinal)) return new[] { "+" + digits.Substring(abroad.Length) };
        var national = digits.StartsWith(trunk, StringComparison.Ordinal) ? digits.Substring(trunk.Length) : digits;
        var atHome = "+" + country + national;
        return digits.StartsWith(country, StringComparison.Ordinal) ? new[] { atHome, "+" + digits } : new[] { atHome };
    }

    private static string Number(string text)
    {
        var bare = Regex.Replace(text, @"\s+", "").Trim('-', '.', '/');
        return Regex.Replace(bare, @"((?:^|:)\p{L}+)[-./]+(?=\d)", "$1").ToUpperInvariant();
    }

    /// Takes as long for bytes that differ early; newer versions have CryptographicOperations.FixedTimeEquals.
    private static bool SameBytes(byte[] expected, byte[] given)
    {
        var difference = expected.Length ^ given.Length;
        for (var i = 0; i < expected.Length && i < given.Length; i++) difference |= expected[i] ^ given[i];
        return difference == 0;
    }

    private static byte[] BytesOf(string base64url)
    {
        var text = base64url.Replace('-', '+').Replace('_', '/');
        return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
    }

    private static string TextOf(string base64url)
    {
        return Encoding.UTF8.GetString(BytesOf(base64url));
    }
}

/// What a condition is worth at the till: each amount is rounded once, half up, where it is printed.
public static class Money
{
    private static readonly Dictionary<string, int> OtherDecimals =
        new Dictionary<string, int> { { "JPY", 0 }, { "KRW", 0 }, { "KWD", 3 }, { "BHD", 3 }, { "TND", 3 } };

    public static int DecimalsOf(string currency)
    {
        return OtherDecimals.ContainsKey(currency) ? OtherDecimals[currency] : 2;
    }

    /// Without AwayFromZero, .NET rounds half a cent to the even one.
    public static decimal Rounded(decimal amount, string currency)
    {
        return Math.Round(amount, DecimalsOf(currency), MidpointRounding.AwayFromZero);
    }

    public static decimal Total(IEnumerable<Dictionary<string, object>> lines, decimal? unitPrice, string currency)
    {
        return lines.Sum(line => Rounded((decimal)line["qty"] * (unitPrice ?? (decimal)line["unit_price"]), currency));
    }

    public static decimal Worth(
        string kind, Dictionary<string, object> terms, IList<Dictionary<string, object>> covered, string currency)
    {
        var price = Total(covered, null, currency);
        decimal off;
        if (terms.ContainsKey("percent")) off = Rounded(price * (decimal)terms["percent"] / 100, currency);
        else if (!terms.ContainsKey("amount")) off = 0;
        else if (kind == "price") off = price - Total(covered, (decimal)terms["amount"], currency);
        else off = Rounded((decimal)terms["amount"], currency);
        return Math.Max(Math.Min(off, price), 0);
    }
}

/// Compares all of this with the vector, and prints each step.
public static class Check
{
    private static int done;

    public static void Main(string[] arguments)
    {
        var vector = Json.Object(File.ReadAllText(arguments[0], Encoding.UTF8));
        string key = (string)vector["key"], jws = (string)vector["snapshot"];
        var steps = (Dictionary<string, object>)vector["steps"];
        var snapshot = new Snapshot(jws, key, (long)(decimal)vector["now"]);
        var signatureKey = Snapshot.Derived(key, "askonce offline signature");
        var identity = (string)steps["identity"];
        Same("signature_key_hex", steps["signature_key_hex"], Hex(signatureKey));
        Same("signature_hex", steps["signature_hex"], Hex(Snapshot.Hmac(signatureKey, jws.Substring(0, jws.LastIndexOf('.')))));
        Same("salt", steps["salt"], snapshot.Claims["salt"]);
        Same("identity_key_hex", steps["identity_key_hex"], Hex(snapshot.IdentityKey()));
        Same("identity_hmac_hex", steps["identity_hmac_hex"], Hex(Snapshot.Hmac(snapshot.IdentityKey(), identity)));
        var colon = identity.IndexOf(':');
        Same("match", steps["match"], snapshot.Match(identity.Substring(0, colon), identity.Substring(colon + 1)));
        foreach (var one in Cases(vector, "lookups"))
        {
            var customer = snapshot.Find((string)one["kind"], (string)one["typed"]);
            Same("look-up of " + one["typed"], one["display"], customer == null ? null : customer["display"]);
        }
        foreach (var one in Cases(vector, "refused")) Same("refused: " + one["why"], one["as"], Refusal(one, key));
        foreach (var one in Cases(vector, "money"))
        {
            var currency = (string)one["currency"];
            var worth = Money.Worth(
                (string)one["kind"], (Dictionary<string, object>)one["terms"], Cases(one, "covered").ToList(), currency);
            var shown = worth.ToString("F" + Money.DecimalsOf(currency), CultureInfo.InvariantCulture);
            Same("money: " + one["case"], one["worth"], shown);
        }
        Console.WriteLine(done + " checks hold");
    }

    private static IEnumerable<Dictionary<string, object>> Cases(Dictionary<string, object> vector, string name)
    {
        return ((List<object>)vector[name]).Cast<Dictionary<string, object>>();
    }

    private static string Refusal(Dictionary<string, object> one, string key)
    {
        try
        {
            new Snapshot((string)one["snapshot"], key, (long)(decimal)one["now"]);
            return "believed";
        }
        catch (NotGenuine)
        {
            return "NotGenuine";
        }
        catch (Expired)
        {
            return "Expired";
        }
    }

    private static void Same(string what, object expected, object real)
    {
        if (!Equals(expected, real)) throw new Exception(what + " is " + real + ", not " + expected);
        Console.WriteLine(what + " = " + (real ?? "null"));
        done++;
    }

    private static string Hex(byte[] bytes)
    {
        return BitConverter.ToString(bytes).Replace("-", "").ToLowerInvariant();
    }
}

/// Reads JSON with exact numbers; a till has a library for that: let it read numbers as decimal, never as double.
public class Json
{
    private readonly string text;
    private int at;

    private Json(string text)
    {
        this.text = text;
    }

    public static Dictionary<string, object> Object(string text)
    {
        return (Dictionary<string, object>)new Json(text).Value();
    }

    private object Value()
    {
        switch (Next())
        {
            case '{':
                at++;
                var members = new Dictionary<string, object>();
                while (More('}'))
                {
                    var name = (string)Value();
                    at = text.IndexOf(':', at) + 1;
                    members[name] = Value();
                }
                return members;
            case '[':
                at++;
                var list = new List<object>();
                while (More(']')) list.Add(Value());
                return list;
            case '"':
                return String();
            default:
                var start = at;
                while (at < text.Length && ",]} \n\r\t".IndexOf(text[at]) < 0) at++;
                var word = text.Substring(start, at - start);
                if (word == "null") return null;
                if (word == "true" || word == "false") return word == "true";
                return decimal.Parse(word, NumberStyles.Float, CultureInfo.InvariantCulture);
        }
    }

    /// Whether another member comes; the comma before it, or the end, is passed over.
    private bool More(char end)
    {
        if (Next() == ',') at++;
        if (Next() != end) return true;
        at++;
        return false;
    }

    private char Next()
    {
        while (char.IsWhiteSpace(text[at])) at++;
        return text[at];
    }

    private string String()
    {
        var read = new StringBuilder();
        for (at++; text[at] != '"'; at++)
        {
            if (text[at] != '\\')
            {
                read.Append(text[at]);
            }
            else if (text[++at] == 'u')
            {
                read.Append((char)int.Parse(text.Substring(at + 1, 4), NumberStyles.HexNumber));
                at += 4;
            }
            else
            {
                var escape = "bfnrt".IndexOf(text[at]);
                read.Append(escape < 0 ? text[at] : "\b\f\n\r\t"[escape]);
            }
        }
        at++;
        return read.ToString();
    }
}
