import { createHmac } from "node:crypto";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** How long an authenticator shows one code. */
const STEP = 30_000;

/** The current six digits of an authenticator app (RFC 6238) with the key shown on a page. */
export function code(key: string, at: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(at / STEP)));
  const digest = createHmac("sha1", bytes(key)).update(counter).digest();
  const offset = digest[digest.length - 1] & 0xf;
  return String((digest.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
}

/** The next code: it is already accepted, because clocks differ. */
export const nextCode = (key: string) => code(key, Date.now() + STEP);

/** Base 32 (RFC 4648), ignoring spaces. */
function bytes(key: string): Buffer {
  const bits = [...key.replace(/[\s=]/g, "")].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, "0")).join("");
  return Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)));
}
