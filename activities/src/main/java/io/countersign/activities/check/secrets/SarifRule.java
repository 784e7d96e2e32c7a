package io.countersign.activities.check.secrets;

import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * What a report says of one of its rules.
 *
 * @param level of its results unless they say another; null when it says none
 * @param securitySeverity 0 to 10; null when it says none
 */
record SarifRule(String id, @Nullable ResultLevel level, @Nullable BigDecimal securitySeverity) {}
