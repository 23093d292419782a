package dev.backstop.archive;

/**
 * What was found out about the bytes of a file while they were fetched.
 *
 * @param size in bytes
 * @param contentType what the bytes look like
 */
record Fetched(byte[] sha256, long size, String contentType) {
}
