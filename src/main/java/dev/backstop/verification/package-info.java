/**
 * One verification, its decision and data, and how sure we are of it.
 */
@ApplicationModule(allowedDependencies = {})
@NullMarked
package dev.backstop.verification;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
