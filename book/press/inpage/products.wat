;; The product of matrices, as two loops that NumPy calls: several rows of the first matrix at once, by SIMD.
;;
;; Each number is summed in order and in its own type, as in NumPy's own loop: the bits are the same. Some rows of the
;; first matrix are copied to $panel, turned, so that one vector holds a column of them; the inner loop multiplies it by
;; the numbers of four columns of the second matrix. What would lie over the edge is the last row or column again.
;;
;; A loop gets the addresses of the arrays, [a, b, product]; the sizes, [stack, M, N, P], of a stack of products of
;; (M, N) and (N, P); the strides in bytes, [a, b and product in their stacks, a's M and N, b's N and P, product's M and
;; P]; and what is registered with it: here the address of NumPy's own loop, which keeps the products of few rows.
;;
;; The build of the book assembles this file: see python_page.py.
(module
  (@custom "dylink.0" (before first) "\01\04\00\00\00\00")
  (type $loop (func (param i32 i32 i32 i32)))
  (import "env" "memory" (memory 1))
  (import "env" "__indirect_function_table" (table 0 funcref))
  (import "env" "malloc" (func $malloc (param i32) (result i32)))
  (import "env" "free" (func $free (param i32)))

  ;; The address of a row or column, or of the last one if there are not so many.
  (func $at (param $first i32) (param $k i32) (param $many i32) (param $stride i32) (result i32)
    (local.set $many (i32.sub (local.get $many) (i32.const 1)))
    (i32.add (local.get $first) (i32.mul (local.get $stride)
      (select (local.get $k) (local.get $many) (i32.lt_u (local.get $k) (local.get $many))))))

  (func (export "f32") (param $args i32) (param $sizes i32) (param $steps i32) (param $usual i32)
    (local $stack i32) (local $M i32) (local $N i32) (local $P i32) (local $a i32) (local $b i32) (local $o i32)
    (local $a_M i32) (local $a_N i32) (local $b_N i32) (local $b_P i32) (local $o_M i32) (local $o_P i32)
    (local $m i32) (local $n i32) (local $p i32) (local $panel i32) (local $from i32) (local $column v128)
    (local $x0 i32) (local $x1 i32) (local $x2 i32) (local $x3 i32)
    (local $y0 i32) (local $y1 i32) (local $y2 i32) (local $y3 i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $M (i32.load offset=4 (local.get $sizes)))
    (if (i32.lt_u (local.get $M) (i32.const 4)) (then
      (call_indirect (type $loop)
        (local.get $args) (local.get $sizes) (local.get $steps) (i32.const 0) (local.get $usual))
      (return)))
    (local.set $stack (i32.load (local.get $sizes)))
    (local.set $N (i32.load offset=8 (local.get $sizes)))
    (local.set $P (i32.load offset=12 (local.get $sizes)))
    (local.set $a (i32.load (local.get $args)))
    (local.set $b (i32.load offset=4 (local.get $args)))
    (local.set $o (i32.load offset=8 (local.get $args)))
    (local.set $a_M (i32.load offset=12 (local.get $steps)))
    (local.set $a_N (i32.load offset=16 (local.get $steps)))
    (local.set $b_N (i32.load offset=20 (local.get $steps)))
    (local.set $b_P (i32.load offset=24 (local.get $steps)))
    (local.set $o_M (i32.load offset=28 (local.get $steps)))
    (local.set $o_P (i32.load offset=32 (local.get $steps)))
    (local.set $panel (call $malloc (i32.mul (local.get $N) (i32.const 16))))
    (block $stacked (loop $matrix
      (br_if $stacked (i32.eqz (local.get $stack)))
      (local.set $m (i32.const 0))
      (loop $rows
        (local.set $x0
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 0)) (local.get $M) (local.get $a_M)))
        (local.set $x1
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 1)) (local.get $M) (local.get $a_M)))
        (local.set $x2
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 2)) (local.get $M) (local.get $a_M)))
        (local.set $x3
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 3)) (local.get $M) (local.get $a_M)))
        (local.set $from (local.get $panel))
        (local.set $n (local.get $N))
        (block $turned (loop $turn
          (br_if $turned (i32.eqz (local.get $n)))
          (f32.store offset=0 (local.get $from) (f32.load (local.get $x0)))
          (f32.store offset=4 (local.get $from) (f32.load (local.get $x1)))
          (f32.store offset=8 (local.get $from) (f32.load (local.get $x2)))
          (f32.store offset=12 (local.get $from) (f32.load (local.get $x3)))
          (local.set $x0 (i32.add (local.get $x0) (local.get $a_N)))
          (local.set $x1 (i32.add (local.get $x1) (local.get $a_N)))
          (local.set $x2 (i32.add (local.get $x2) (local.get $a_N)))
          (local.set $x3 (i32.add (local.get $x3) (local.get $a_N)))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $turn)))
        (local.set $p (i32.const 0))
        (block $wide (loop $columns
          (br_if $wide (i32.ge_u (local.get $p) (local.get $P)))
          (local.set $y0
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $b_P)))
          (local.set $s0 (v128.const i32x4 0 0 0 0))
          (local.set $y1
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $b_P)))
          (local.set $s1 (v128.const i32x4 0 0 0 0))
          (local.set $y2
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $b_P)))
          (local.set $s2 (v128.const i32x4 0 0 0 0))
          (local.set $y3
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $b_P)))
          (local.set $s3 (v128.const i32x4 0 0 0 0))
          (local.set $from (local.get $panel))
          (local.set $n (local.get $N))
          (block $summed (loop $sum
            (br_if $summed (i32.eqz (local.get $n)))
            (local.set $column (v128.load (local.get $from)))
            (local.set $s0 (f32x4.add (local.get $s0)
              (f32x4.mul (local.get $column) (v128.load32_splat (local.get $y0)))))
            (local.set $s1 (f32x4.add (local.get $s1)
              (f32x4.mul (local.get $column) (v128.load32_splat (local.get $y1)))))
            (local.set $s2 (f32x4.add (local.get $s2)
              (f32x4.mul (local.get $column) (v128.load32_splat (local.get $y2)))))
            (local.set $s3 (f32x4.add (local.get $s3)
              (f32x4.mul (local.get $column) (v128.load32_splat (local.get $y3)))))
            (local.set $y0 (i32.add (local.get $y0) (local.get $b_N)))
            (local.set $y1 (i32.add (local.get $y1) (local.get $b_N)))
            (local.set $y2 (i32.add (local.get $y2) (local.get $b_N)))
            (local.set $y3 (i32.add (local.get $y3) (local.get $b_N)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (br $sum)))
          (local.set $x0
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 0)) (local.get $M) (local.get $o_M)))
          (local.set $x1
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 1)) (local.get $M) (local.get $o_M)))
          (local.set $x2
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 2)) (local.get $M) (local.get $o_M)))
          (local.set $x3
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 3)) (local.get $M) (local.get $o_M)))
          (v128.store32_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store32_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store32_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store32_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (v128.store32_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store32_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store32_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store32_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (v128.store32_lane 2
            (call $at (local.get $x2) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store32_lane 2
            (call $at (local.get $x2) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store32_lane 2
            (call $at (local.get $x2) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store32_lane 2
            (call $at (local.get $x2) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (v128.store32_lane 3
            (call $at (local.get $x3) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store32_lane 3
            (call $at (local.get $x3) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store32_lane 3
            (call $at (local.get $x3) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store32_lane 3
            (call $at (local.get $x3) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (local.set $p (i32.add (local.get $p) (i32.const 4)))
          (br $columns)))
        (local.set $m (i32.add (local.get $m) (i32.const 4)))
        (br_if $rows (i32.lt_u (local.get $m) (local.get $M))))
      (local.set $a (i32.add (local.get $a) (i32.load offset=0 (local.get $steps))))
      (local.set $b (i32.add (local.get $b) (i32.load offset=4 (local.get $steps))))
      (local.set $o (i32.add (local.get $o) (i32.load offset=8 (local.get $steps))))
      (local.set $stack (i32.sub (local.get $stack) (i32.const 1)))
      (br $matrix)))
    (call $free (local.get $panel)))

  (func (export "f64") (param $args i32) (param $sizes i32) (param $steps i32) (param $usual i32)
    (local $stack i32) (local $M i32) (local $N i32) (local $P i32) (local $a i32) (local $b i32) (local $o i32)
    (local $a_M i32) (local $a_N i32) (local $b_N i32) (local $b_P i32) (local $o_M i32) (local $o_P i32)
    (local $m i32) (local $n i32) (local $p i32) (local $panel i32) (local $from i32) (local $column v128)
    (local $x0 i32) (local $x1 i32)
    (local $y0 i32) (local $y1 i32) (local $y2 i32) (local $y3 i32)
    (local $s0 v128) (local $s1 v128) (local $s2 v128) (local $s3 v128)
    (local.set $M (i32.load offset=4 (local.get $sizes)))
    (if (i32.lt_u (local.get $M) (i32.const 2)) (then
      (call_indirect (type $loop)
        (local.get $args) (local.get $sizes) (local.get $steps) (i32.const 0) (local.get $usual))
      (return)))
    (local.set $stack (i32.load (local.get $sizes)))
    (local.set $N (i32.load offset=8 (local.get $sizes)))
    (local.set $P (i32.load offset=12 (local.get $sizes)))
    (local.set $a (i32.load (local.get $args)))
    (local.set $b (i32.load offset=4 (local.get $args)))
    (local.set $o (i32.load offset=8 (local.get $args)))
    (local.set $a_M (i32.load offset=12 (local.get $steps)))
    (local.set $a_N (i32.load offset=16 (local.get $steps)))
    (local.set $b_N (i32.load offset=20 (local.get $steps)))
    (local.set $b_P (i32.load offset=24 (local.get $steps)))
    (local.set $o_M (i32.load offset=28 (local.get $steps)))
    (local.set $o_P (i32.load offset=32 (local.get $steps)))
    (local.set $panel (call $malloc (i32.mul (local.get $N) (i32.const 16))))
    (block $stacked (loop $matrix
      (br_if $stacked (i32.eqz (local.get $stack)))
      (local.set $m (i32.const 0))
      (loop $rows
        (local.set $x0
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 0)) (local.get $M) (local.get $a_M)))
        (local.set $x1
          (call $at (local.get $a) (i32.add (local.get $m) (i32.const 1)) (local.get $M) (local.get $a_M)))
        (local.set $from (local.get $panel))
        (local.set $n (local.get $N))
        (block $turned (loop $turn
          (br_if $turned (i32.eqz (local.get $n)))
          (f64.store offset=0 (local.get $from) (f64.load (local.get $x0)))
          (f64.store offset=8 (local.get $from) (f64.load (local.get $x1)))
          (local.set $x0 (i32.add (local.get $x0) (local.get $a_N)))
          (local.set $x1 (i32.add (local.get $x1) (local.get $a_N)))
          (local.set $from (i32.add (local.get $from) (i32.const 16)))
          (local.set $n (i32.sub (local.get $n) (i32.const 1)))
          (br $turn)))
        (local.set $p (i32.const 0))
        (block $wide (loop $columns
          (br_if $wide (i32.ge_u (local.get $p) (local.get $P)))
          (local.set $y0
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $b_P)))
          (local.set $s0 (v128.const i32x4 0 0 0 0))
          (local.set $y1
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $b_P)))
          (local.set $s1 (v128.const i32x4 0 0 0 0))
          (local.set $y2
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $b_P)))
          (local.set $s2 (v128.const i32x4 0 0 0 0))
          (local.set $y3
            (call $at (local.get $b) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $b_P)))
          (local.set $s3 (v128.const i32x4 0 0 0 0))
          (local.set $from (local.get $panel))
          (local.set $n (local.get $N))
          (block $summed (loop $sum
            (br_if $summed (i32.eqz (local.get $n)))
            (local.set $column (v128.load (local.get $from)))
            (local.set $s0 (f64x2.add (local.get $s0)
              (f64x2.mul (local.get $column) (v128.load64_splat (local.get $y0)))))
            (local.set $s1 (f64x2.add (local.get $s1)
              (f64x2.mul (local.get $column) (v128.load64_splat (local.get $y1)))))
            (local.set $s2 (f64x2.add (local.get $s2)
              (f64x2.mul (local.get $column) (v128.load64_splat (local.get $y2)))))
            (local.set $s3 (f64x2.add (local.get $s3)
              (f64x2.mul (local.get $column) (v128.load64_splat (local.get $y3)))))
            (local.set $y0 (i32.add (local.get $y0) (local.get $b_N)))
            (local.set $y1 (i32.add (local.get $y1) (local.get $b_N)))
            (local.set $y2 (i32.add (local.get $y2) (local.get $b_N)))
            (local.set $y3 (i32.add (local.get $y3) (local.get $b_N)))
            (local.set $from (i32.add (local.get $from) (i32.const 16)))
            (local.set $n (i32.sub (local.get $n) (i32.const 1)))
            (br $sum)))
          (local.set $x0
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 0)) (local.get $M) (local.get $o_M)))
          (local.set $x1
            (call $at (local.get $o) (i32.add (local.get $m) (i32.const 1)) (local.get $M) (local.get $o_M)))
          (v128.store64_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store64_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store64_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store64_lane 0
            (call $at (local.get $x0) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (v128.store64_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 0)) (local.get $P) (local.get $o_P))
            (local.get $s0))
          (v128.store64_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 1)) (local.get $P) (local.get $o_P))
            (local.get $s1))
          (v128.store64_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 2)) (local.get $P) (local.get $o_P))
            (local.get $s2))
          (v128.store64_lane 1
            (call $at (local.get $x1) (i32.add (local.get $p) (i32.const 3)) (local.get $P) (local.get $o_P))
            (local.get $s3))
          (local.set $p (i32.add (local.get $p) (i32.const 4)))
          (br $columns)))
        (local.set $m (i32.add (local.get $m) (i32.const 2)))
        (br_if $rows (i32.lt_u (local.get $m) (local.get $M))))
      (local.set $a (i32.add (local.get $a) (i32.load offset=0 (local.get $steps))))
      (local.set $b (i32.add (local.get $b) (i32.load offset=4 (local.get $steps))))
      (local.set $o (i32.add (local.get $o) (i32.load offset=8 (local.get $steps))))
      (local.set $stack (i32.sub (local.get $stack) (i32.const 1)))
      (br $matrix)))
    (call $free (local.get $panel))))
