/** Plain data: what JSON has, and nothing that only seems to be there. */

/** A copy as JSON would give it back: members without a value are left out, dates are texts. */
export const plain = <T extends object>(data: object): T => JSON.parse(JSON.stringify(data))
