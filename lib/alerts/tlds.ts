/**
 * Top-level domains that a host name in free text may end with. Country codes are whole; of the generic ones those that
 * occur in practice. Endings that file names, fields and code use as well are in WEAK_TLDS.
 * Source: IANA root zone database, https://www.iana.org/domains/root/db
 */
const COUNTRY =
  'ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw';
const GENERIC =
  'com net org edu gov mil int arpa biz info name pro mobi aero asia cat coop jobs museum tel travel xyz top site online club shop store tech app dev cloud space website live icu vip work buzz fun click link email host press rocks win bid loan date download stream racing review trade party science cyou sbs rest quest monster bond cfd lol bar best blog world today life zip mov onion page goog google azure aws finance support services solutions network systems agency digital media news social one ltd group company center chat codes tools games zone run ink wiki pics photos sale money market global pub red blue black pink men help hair skin mom casa surf uno ooo ist moe kim wang win gdn faith cricket accountant webcam design academy expert guru land house health care energy earth bank insurance fit team style studio plus law legal';

export const TLDS: ReadonlySet<string> = new Set(`${COUNTRY} ${GENERIC}`.split(' '));

/** Also file endings, field names or words of code: taken only with three labels, or where a key says domain. */
export const WEAK_TLDS: ReadonlySet<string> = new Set(
  'py sh pl rs md zip mov so ps cc do in is it to me no at my am as be by us or id name info host app run link email date download stream network services support systems group work store space site one page media help style design cloud tools link click live top win bar best la so ms gz bz mk am ai cs vb ml cat pro map int md st'.split(
    ' ',
  ),
);

/** Names that only an organisation's own resolver knows. */
export const INTERNAL_SUFFIXES: ReadonlySet<string> = new Set(
  'local internal lan corp intranet home localdomain'.split(' '),
);
