"""The letters of every script in plain spelling, and written with a to z and 0 to 9."""

import re
import unicodedata
from string import ascii_lowercase, digits

_DIGITS = digits + ascii_lowercase
_SIGN_MODULI = (36, 35, 31)
"""Without a common factor: the remainders differ for any two code points less than 39,060 apart."""
_LETTER_MODULI = (10, 9, 7)
"""The same for 630 code points, which is more than any alphabet has."""
_SIGN_END = "0"

_UNWRITTEN = dict.fromkeys(map(ord, "'’‘ʼ`´ʻʾʿ′＇׳״\"“”„«»·\u0640"))
"""Apostrophes, quotation marks and the Arabic stroke that makes a word wider: they separate nothing."""
_VOWEL_MARKS = frozenset([0, 8, 9, 84, 91, 103, 118, 129, 130, 132])
"""Combining classes of marks that spell a sound (Thai and Indic vowels, the voicing of kana), not a spelling of it."""
_VARIATION_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_ARABIC_ARTICLE = re.compile(r"\bال(?=\w{3})")
_GREEK_U = "ου"
_LEADING_VOWELS = "เแโใไ\u0ec0\u0ec1\u0ec2\u0ec3\u0ec4"

_LATIN = "æae œoe øo ðd đd łl þth ıi ħh ŋn əe"
_CYRILLIC = (
    "аa бb вv гg ґg дd еe єe жzh зz иi іi кk лl мm нn оo пp рr сs тt уu фf хkh цts чch шsh щshch ъ ыy ь эe юyu яya "
    "ћc ђdj јj љlj њnj џdz ѕz қk ғg ңn өo үu ұu һh әa"
)
_GREEK = "αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs τt υy φf χch ψps ωo"
_OTHER_SCRIPTS = "ىي یي ېي ةه ۀه ہه ەه ھه کك ء ךכ םמ ןנ ףפ ץצ"
_HAN = (
    "張张 劉刘 陳陈 楊杨 趙赵 黃黄 吳吴 孫孙 馬马 羅罗 鄭郑 謝谢 許许 韓韩 馮冯 鄧邓 蕭萧 葉叶 蔣蒋 賈贾 鄒邹 "
    "陸陆 閻阎 鍾钟 譚谭 賴赖 嚴严 萬万 錢钱 湯汤 龔龚 顧顾 龍龙 華华 麗丽 國国 強强 偉伟 傑杰 軍军 愛爱 曉晓 "
    "東东 紅红 蘭兰 鳳凤 學学 銘铭 寧宁 慶庆 瑩莹 潔洁 賢贤 義义 禮礼 榮荣 輝辉 齊齐 歐欧 陽阳 諸诸 聰聪 鵬鹏 "
    "飛飞 雲云 靜静 夢梦 詩诗 語语 誠诚 貴贵 豐丰 澤泽 濤涛 爾尔 瓊琼 盧卢 蘇苏 藍蓝 衛卫 賀贺 閔闵 關关 駱骆 "
    "魯鲁 龐庞 車车 樂乐 倫伦 儀仪 勝胜 啟启 壽寿 島岛 鐵铁 鋼钢 鴻鸿 靈灵 順顺 沢泽 辺边 邊边 齋斋 斎斋 濱滨 "
    "浜滨 廣广 広广 櫻樱 桜樱 髙高 﨑崎 眞真 德徳 淺浅 瀨瀬 條条 関关 藏蔵"
)
_REPLACEMENTS = str.maketrans(
    {pair[0]: pair[1:] for pair in f"{_LATIN} {_CYRILLIC} {_GREEK} {_OTHER_SCRIPTS} {_HAN}".split()}
)
"""Letters that Unicode does not take apart, two alphabets transcribed, and other spellings of a letter."""

_SIGN = "\u3005\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\U00020000-\U0003ffff"
_SIGNS = re.compile(f"[{_SIGN}]")
_ASCII_WORDS = re.compile("[a-z0-9]+")
_CODED = re.compile(r"[^\x00-\x7f]")


def plain_letters(text: str) -> str:
    """Words in lower case with single spaces, without marks: "Ђорђе ÖZTÜRK-İnan" gives "djordje ozturk inan".

    Latin, Cyrillic and Greek letters become Latin ones; other scripts keep theirs.
    """
    if text.isascii():
        return " ".join(_ASCII_WORDS.findall(text.translate(_UNWRITTEN).lower()))
    separated = unicodedata.normalize("NFKD", text.translate(_UNWRITTEN)).casefold().translate(_UNWRITTEN)
    letters = "".join(filter(_spells_a_sound, _VARIATION_SELECTORS.sub("", separated)))
    words = unicodedata.normalize("NFC", letters).replace(_GREEK_U, "ou").translate(_REPLACEMENTS)
    return " ".join(_words(_ARABIC_ARTICLE.sub("", words)))


def has_signs(text: str) -> bool:
    """Whether a text holds Chinese characters or Korean syllables."""
    return _SIGNS.search(text) is not None


def ascii_letters(plain: str) -> str:
    """A plain text in ASCII: other letters as three digits each, and every sign as a word of its own that ends with 0.

    PostgreSQL takes trigrams of ASCII letters in every locale, of others only in some.
    """
    return plain if plain.isascii() else " ".join(_CODED.sub(_code, plain).split())


def is_sign(word: str) -> bool:
    """Whether a word of an ASCII text is a sign's code."""
    return len(word) == len(_SIGN_MODULI) + 1 and word[-1] == _SIGN_END


def initial_letters(text: str) -> list[str]:
    """The first letter of each word in its own script, as a title has it.

    Thai and Lao write some vowels before the consonant that they follow: the consonant is the initial.
    """
    words = _words(unicodedata.normalize("NFC", text.translate(_UNWRITTEN)))
    return [(word.lstrip(_LEADING_VOWELS) or word)[0].title() for word in words]


def _words(text: str) -> list[str]:
    """What stands between spaces and punctuation; invisible characters separate nothing."""
    return "".join(map(_letter_or_space, text)).split()


def _letter_or_space(letter: str) -> str:
    category = unicodedata.category(letter)
    if category[0] in "LNM":
        return letter
    return "" if category == "Cf" else " "


def _spells_a_sound(letter: str) -> bool:
    return unicodedata.category(letter)[0] != "M" or unicodedata.combining(letter) in _VOWEL_MARKS


def _code(found: re.Match[str]) -> str:
    letter = found[0]
    moduli = _SIGN_MODULI if has_signs(letter) else _LETTER_MODULI
    code = "".join(_DIGITS[ord(letter) % modulus] for modulus in moduli)
    return f" {code}{_SIGN_END} " if has_signs(letter) else code
