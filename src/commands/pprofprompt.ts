export const prompt = async (..._: unknown[]): Promise<number> => 0;
