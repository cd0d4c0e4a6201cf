/**
 * The functions that SQL from outside may call: pure ones that can't read a file, the environment, settings or the catalog,
 * and can't make a huge value from a small one (no repeat, lpad, range, format widths, list_resize). Anything else is refused.
 */
const NAMES = `
+ - * / % // ** ^ & | << >> ~ || @> <@ && ^@ ~~ !~~ ~~* !~~* ~~~ -> ->> <-> [] not_like_escape like_escape ilike_escape not_ilike_escape
add subtract multiply divide mod fdiv fmod abs ceil ceiling floor round round_even trunc sign sqrt cbrt exp ln log log2 log10 pow power
greatest least pi radians degrees sin cos tan asin acos atan atan2 isnan isinf isfinite even gcd lcm xor bit_count
lower upper lcase ucase length len char_length character_length strlen length_grapheme substring substr left right trim ltrim rtrim
replace reverse contains prefix suffix starts_with ends_with strpos position instr split string_split str_split split_part string_to_array
string_split_regex str_split_regex regexp_split_to_array concat concat_ws ascii chr unicode ord md5 sha1 sha256 hash
regexp_matches regexp_extract regexp_extract_all regexp_replace regexp_full_match regexp_escape levenshtein editdist3 damerau_levenshtein
jaccard jaro_similarity jaro_winkler_similarity hamming strip_accents translate url_decode url_encode to_base64 base64 from_base64
hex to_hex unhex from_hex encode decode bin to_base parse_filename parse_path parse_dirname nfc_normalize like ilike
if ifnull nullif coalesce isnull case constant_or_null typeof pg_typeof
date_trunc datetrunc date_part datepart date_diff datediff date_sub datesub date_add age extract time_bucket strftime strptime try_strptime
year month day hour minute second millisecond microsecond quarter week weekofyear dayofweek isodow dayofyear weekday dayname monthname
epoch epoch_ms epoch_us epoch_ns to_timestamp make_date make_time make_timestamp make_timestamptz make_timestamp_ms make_timestamp_ns
last_day to_years to_months to_weeks to_days to_hours to_minutes to_seconds to_milliseconds to_microseconds timezone century decade era isoyear yearweek
now current_timestamp get_current_timestamp current_date today
json_extract json_extract_string json_extract_path json_extract_path_text json_value json_exists json_contains json_array_length json_type
json_keys json_valid json_array json_object json_quote json json_structure json_merge_patch to_json array_to_json row_to_json from_json
json_transform json_pretty json_group_array json_group_object
list_value list_extract list_element array_extract list_slice array_slice list_contains list_has array_contains array_has list_has_any
array_has_any list_has_all array_has_all list_position array_position list_indexof list_distinct array_distinct list_unique array_unique
list_sort array_sort list_reverse_sort list_reverse array_reverse list_filter array_filter list_transform array_transform list_apply list_reduce
list_aggregate list_aggr array_length list_concat array_cat list_cat list_intersect list_any_value list_count list_sum list_min list_max list_avg
list_first list_last list_string_agg list_append list_prepend list_zip array_to_string flatten unpivot_list unnest row struct_pack
struct_extract struct_insert struct_keys map map_keys map_values map_extract map_from_entries map_entries map_contains cardinality element_at
array_value cast try_cast in between is_distinct_from operator grouping grouping_id
count count_star count_if countif sum avg mean min max median mode any_value arbitrary first last arg_min arg_max argmin argmax min_by max_by
arg_min_null arg_max_null string_agg group_concat listagg list array_agg stddev stddev_pop stddev_samp variance var_pop var_samp quantile
quantile_cont quantile_disc approx_quantile approx_count_distinct approx_top_k bool_and bool_or bit_and bit_or bit_xor corr covar_pop covar_samp
entropy kurtosis skewness mad histogram product fsum favg sum_no_overflow regr_slope regr_intercept regr_r2 regr_count
row_number rank dense_rank rank_dense percent_rank cume_dist ntile lag lead first_value last_value nth_value
`;

const ALLOWED = new Set(NAMES.split(/\s+/).filter((name) => name));

export const isAllowedFunction = (name: string): boolean => ALLOWED.has(name.toLowerCase());
export const allowedFunctions = (): string[] => [...ALLOWED];
