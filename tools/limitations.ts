/** What is only partly done, by service and operation; `*` is said of a whole service. */
export const limitations: Readonly<Record<string, Readonly<Record<string, string>>>> = {}
