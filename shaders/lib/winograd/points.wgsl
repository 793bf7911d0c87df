// Winograd's F(4x4, 3x3): a patch of 6 x 6 elements gives 4 x 4 outputs of a 3x3 convolution by 36 products, not 144. Polynomials of an axis
// are taken at 0, A, -A, B, -B and infinity (src/ops/convolution/winograd.ts has the same points and says why these). All of the numbers
// below are exact in float32.
const A = 0.6875;
const B = 1.4375;
const A2 = A * A;
const B2 = B * B;
const A3 = A2 * A;
const B3 = B2 * B;
const A2_B2 = A2 * B2;
const A2_AND_B2 = A2 + B2;
