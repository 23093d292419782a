/**
 * Speaks iDenfy and hands back our words or a typed failure.
 */
@ApplicationModule(allowedDependencies = "verification")
@NullMarked
package dev.backstop.idenfy;

import org.jspecify.annotations.NullMarked;

import org.springframework.modulith.ApplicationModule;
