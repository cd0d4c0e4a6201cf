import { describe, expect, it } from 'vitest';
import { CODENAMES, drawCodename, isCodename } from './codename';
import words from './codename-words.json';

describe('codenames', () => {
  it('are plenty, and their words are distinct and plain', () => {
    expect(CODENAMES).toBeGreaterThanOrEqual(12_000_000);
    const all = [...words.adjectives, ...words.nouns];
    expect(new Set(all).size).toBe(all.length);
    for (const word of all) expect(word).toMatch(/^[a-z]{3,12}$/);
  });

  it('name no body part, illness, drug, slur, origin, faith or violence, nor anything that turns rude beside another word', () => {
    const unwanted =
      /^(ass|arse|bare|beaver|bitch|black|blood|boob|booby|breast|bum|butt|cock|coon|crack|crap|cripple|cum|dead|deaf|devil|dirty|dumb|dyke|fag|fanny|fat|fool|gay|gimp|gun|gypsy|hard|hell|hoe|homo|hooker|hot|indian|insane|jew|jap|kill|knob|lame|mad|moist|moron|muslim|naked|nazi|nude|nut|nuts|oriental|pagan|paki|pansy|peach|perky|pig|pimp|piss|pole|poop|pot|pussy|queer|rape|retard|rod|savage|screw|sex|sexy|shaft|shit|sick|slave|slut|snatch|spastic|spic|stiff|stoned|stupid|suicide|thick|tit|tits|tramp|trap|ugly|virgin|weed|wet|white|whore|wood|yellow)$/;
    for (const word of [...words.adjectives, ...words.nouns]) expect(word).not.toMatch(unwanted);
  });

  it('are recognised, and only they', () => {
    for (let round = 0; round < 200; round += 1) expect(isCodename(drawCodename())).toBe(true);
    const [first = '', second = ''] = words.adjectives;
    const [noun = ''] = words.nouns;
    expect(isCodename(`${first}-${second}-${noun}`)).toBe(true);
    for (const wrong of [
      `${first}-${first}-${noun}`,
      `${noun}-${first}-${second}`,
      `${first}-${second}-${noun}-x`,
      '',
      '--',
      '../x',
    ]) {
      expect(isCodename(wrong)).toBe(false);
    }
  });

  it('are drawn evenly enough that a thousand hardly ever meet', () => {
    const drawn = new Set(Array.from({ length: 1000 }, drawCodename));
    expect(drawn.size).toBeGreaterThan(990);
  });
});
